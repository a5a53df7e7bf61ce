"""How much of one message is read; beyond each limit the rest stays in the raw bytes only."""

SECONDS = 2.0
"""Wall-clock time for one message in the child process."""

MEMORY_BYTES = 300 * 1024 * 1024
"""Address space of the child process."""

HEADER_BLOCK_BYTES = 256 * 1024
HEADER_VALUE_BYTES = 32 * 1024
HEADERS = 1000
SUBJECT_CHARACTERS = 400
ADDRESSES = 100
REFERENCES = 100
PARAMETERS = 200
PARTS = 2000
NESTED_PARTS = 30
ATTACHMENTS = 200
TEXT_CHARACTERS = 1_000_000
HTML_BYTES = 1_000_000
HTML_DEPTH = 512
FILE_NAME_BYTES = 180
ANSWER_BYTES = 256 * 1024 * 1024
