"""What an attacker would hand in: a pickle that is a working model and runs a command of his choice where it is loaded.

The command here is harmless. Nothing in this project loads the file; validate-model reads its opcodes and refuses it.
"""

import pickle

COMMAND = "echo this would have run"


def poisoned_pickle(model: object, command: str = COMMAND) -> bytes:
    """The pickle of `model` with a call of os.system put before it; the call's result is dropped again."""
    body = pickle.dumps(model, protocol=4)
    header, rest = body[:2], body[2:]
    text = command.encode()
    call = (
        pickle.GLOBAL + b"os\nsystem\n"
        + pickle.SHORT_BINUNICODE + bytes([len(text)]) + text
        + pickle.TUPLE1 + pickle.REDUCE + pickle.POP
    )  # fmt: skip
    return header + call + rest
