"""What runs in pip's own process: tells vetgate what pip is about to do, and obeys.

Run by the interpreter that pip is to run on, which need not have vetgate: so this imports the
standard library and pip only, and is written for the Python 3.7 that pip 22.3 still runs on.
pip itself reads its command line, its settings and its requirements files; what it understood is
told through the door, and the gate's indexes take the place of those that it found.
Every file that pip takes from elsewhere is asked about, and so is the whole before anything is
installed.
A pip without one of the places that this takes hold of does not run.
"""
