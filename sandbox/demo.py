"""placeholder"""
from sandbox.stack import Stack
from commands.output import Answer
def run_demo(stack: Stack, answer: Answer) -> bool:
    return True
