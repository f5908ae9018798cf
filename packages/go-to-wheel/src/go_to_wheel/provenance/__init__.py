"""What a wheel tells of its binaries: the origin, the bill of materials, the licences.

Pure: values in, bytes or values out. Nothing here reads a file of the machine, or its clock.
"""
