def open_dashboard(x):
    return 0
