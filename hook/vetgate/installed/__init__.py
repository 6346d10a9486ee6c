"""What is installed in an environment, read without starting anything of it.

An environment that is judged must not get to act. Its interpreter runs the `.pth` files and the
`sitecustomize` of what is installed as it starts, no matter what it is asked, and even `bin/python`
is a file that a package can bring along. So the folders of an environment are found by their names,
and what lies in them is read as data.
"""
