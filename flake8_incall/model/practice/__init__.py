"""How code is kept: size, logging, descriptions, what a snippet takes along, calls that may be made twice."""
