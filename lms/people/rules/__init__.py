"""The rules of the register: what a list says, who is who, and which record stands for which."""
