def init():
    return 0


def agents():
    return 0
