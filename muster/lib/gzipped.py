"""A gzip answer whose ends were compressed long ago and whose middle is new every time."""

import gzip
import struct
import zlib

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_RAW = -15


class Filled:
    """Head and tail compressed once; `around(middle)` costs two checksums.

    The middle goes in uncompressed, as a "stored" block (RFC 1951, 3.2.4), so the whole stays one
    gzip member, which every browser reads. The middle may have 65,535 bytes at most.
    """

    def __init__(self, head: bytes, tail: bytes) -> None:
        self.head, self.tail = head, tail
        first = zlib.compressobj(9, zlib.DEFLATED, _RAW)
        self._head = _HEADER + first.compress(head) + first.flush(zlib.Z_FULL_FLUSH)
        last = zlib.compressobj(9, zlib.DEFLATED, _RAW)
        self._tail = last.compress(tail) + last.flush(zlib.Z_FINISH)
        self._sum = zlib.crc32(head)

    def around(self, middle: bytes) -> bytes:
        """The gzipped whole."""
        stored = struct.pack("<BHH", 0, len(middle), len(middle) ^ 0xFFFF)
        total = zlib.crc32(self.tail, zlib.crc32(middle, self._sum))
        size = len(self.head) + len(middle) + len(self.tail)
        end = struct.pack("<II", total, size & 0xFFFFFFFF)
        return b"".join((self._head, stored, middle, self._tail, end))

    def plain(self, middle: bytes) -> bytes:
        return self.head + middle + self.tail


def zipped(body: bytes) -> bytes:
    """All of it, quickly rather than small."""
    return gzip.compress(body, compresslevel=1, mtime=0)
