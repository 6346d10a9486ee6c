"""pip's command line in, a judged pip run out: the only starter of pip."""
