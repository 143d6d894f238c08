"""A model server of the tests' own: it plays scripts to real agents, on loopback only.

One port speaks four dialects: Anthropic Messages, OpenAI Responses, OpenAI chat completions and
Gemini. A prompt names a script that was registered (`play-script:NAME`), or carries one
(`begin-script [[…]] end-script`); each step of the script is one reply of the model.
"""
