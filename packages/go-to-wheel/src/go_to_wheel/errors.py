"""Every error the product raises, and the exit code that each one means.

::

    GoToWheelError                  1
    ├── UsageError                  2   the command, or a value given to it, is wrong
    │   ├── UnknownTargetError          a target that is not in the table
    │   ├── InvalidNameError            a name Python or the index would refuse
    │   ├── InvalidVersionError         a version that is not PEP 440
    │   ├── MetadataError               a metadata field that is wrong
    │   ├── ConfigError                 a file of settings that is wrong
    │   ├── ProjectError                a file of a project that no distribution can hold
    │   └── SourceNotFoundError         a source that is not there, or is no source
    ├── GoError                     1   the Go toolchain could not do its part
    │   ├── GoNotFoundError             no Go on this machine
    │   ├── GoTooOldError               go.mod wants a newer Go
    │   ├── NotMainPackageError         no program there, or no way to choose among them
    │   └── CompileError                Go's own message, for one target
    ├── LicenseError                1   a module without a licence, where all must have one
    ├── BinaryError                 1   the bytes of a binary
    │   ├── InvalidBinaryError          not an executable that can be read
    │   └── TagMismatchError            a binary that does not fit its target
    ├── WheelError                  1   the bytes of a wheel
    │   ├── InvalidWheelError           not a wheel that can be read
    │   └── OriginError                 the record in a wheel of where its binaries come from
    ├── DownloadError               1   the network, or the server at its other end
    │   ├── RateLimitError              a server that wants no more requests for now
    │   ├── AccessDeniedError           a token that is wrong, missing or not enough
    │   ├── ReleaseNotFoundError        a repository, a release or a tag that is not there
    │   └── GoModuleNotFoundError       a Go module, or a version of one, that is not there
    ├── VerificationError           1   downloaded bytes that nobody vouches for
    │   ├── UnverifiedError             an asset without a published digest
    │   ├── DigestMismatchError         not the bytes that were published
    │   ├── ChecksumFileError           a checksum file whose line for an asset is wrong
    │   ├── SignatureError              a signature that is there, and is wrong
    │   ├── UnsignedError               no signature that could be verified, where one must be
    │   ├── LockError                   a release that is not as the lock pins it
    │   └── TooYoungError               a release that was published too short a time ago
    ├── ArtifactError               1   files built already: those of a release, or on disk
    │   ├── NoMatchingAssetError        no file among them for a target
    │   ├── ArchiveError                an archive that is damaged, or made to do harm
    │   └── ProgramNotFoundError        no program in one, or no way to choose among them
    ├── OutputError                 1   the output folder or its disk
    └── Cancelled                 130   stopped by the user (SIGINT)

A message says what is wrong and where; the hint says what to do next.
"""

from __future__ import annotations

from typing import ClassVar


class GoToWheelError(Exception):
    """The root of all errors raised on purpose.

    Attributes:
        message: what is wrong, and where; one sentence or two.
        hint: what to do next; may be empty.
        detail: the output of another program, line by line as it came; may be empty.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class UsageError(GoToWheelError):
    """The command, or a value given to it, is wrong."""

    exit_code = 2


class UnknownTargetError(UsageError):
    """A target that is not in the table of targets."""


class InvalidNameError(UsageError):
    """A name that Python or the index would refuse."""


class InvalidVersionError(UsageError):
    """A version that is not PEP 440, nor can be turned into it."""


class MetadataError(UsageError):
    """A metadata field that is wrong."""


class ConfigError(UsageError):
    """A file of settings that is wrong; the message carries the key."""


class ProjectError(UsageError):
    """A file of a project that cannot be read, or that no distribution can hold."""


class SourceNotFoundError(UsageError):
    """A source that does not exist, or that is no source this tool knows."""


class GoError(GoToWheelError):
    """The Go toolchain could not do its part."""


class GoNotFoundError(GoError):
    """There is no Go toolchain on this machine."""


class GoTooOldError(GoError):
    """go.mod wants a newer Go than the one found."""


class NotMainPackageError(GoError):
    """The folder holds no program, or several and none was chosen."""


class CompileError(GoError):
    """Go refused to compile the program for one target."""


class LicenseError(GoToWheelError):
    """A module that is linked in comes without a licence, and all must have one."""


class BinaryError(GoToWheelError):
    """Something about the bytes of a binary."""


class InvalidBinaryError(BinaryError):
    """The bytes are not an executable that can be read."""


class TagMismatchError(BinaryError):
    """The binary does not fit the target it was made for."""


class WheelError(GoToWheelError):
    """Something about the bytes of a wheel."""


class InvalidWheelError(WheelError):
    """The file is not a wheel that can be read."""


class OriginError(WheelError):
    """The record of a wheel that says where its binaries come from cannot be read."""


class DownloadError(GoToWheelError):
    """The network failed, or the server did not do its part."""


class RateLimitError(DownloadError):
    """The server wants no more requests for now; the message says until when."""


class AccessDeniedError(DownloadError):
    """The server refuses: the token is wrong, missing, or does not allow this."""


class ReleaseNotFoundError(DownloadError):
    """There is no such repository, release or tag."""


class GoModuleNotFoundError(DownloadError):
    """There is no such Go module, or no such version of it."""


class VerificationError(GoToWheelError):
    """Nobody vouches for bytes that were downloaded."""


class UnverifiedError(VerificationError):
    """No digest was published for an asset."""


class DigestMismatchError(VerificationError):
    """The bytes are not those that were published, or two published digests differ."""


class ChecksumFileError(VerificationError):
    """A checksum file whose line for an asset cannot be read, or contradicts another."""


class SignatureError(VerificationError):
    """A signature is there and is wrong: damaged, of other bytes, or somebody else's."""


class UnsignedError(VerificationError):
    """A signature is required, and there is none that could be verified."""


class LockError(VerificationError):
    """A release is not as the lock pins it; the message says what changed."""


class TooYoungError(VerificationError):
    """A release, or a file of it, was published too short a time ago."""


class ArtifactError(GoToWheelError):
    """Files that were built already, in a release or on disk, could not be used."""


class NoMatchingAssetError(ArtifactError):
    """There is no file for a target; the message lists those there are."""


class ArchiveError(ArtifactError):
    """An archive is damaged, cut short, of a kind nobody reads, or made to do harm."""


class ProgramNotFoundError(ArtifactError):
    """An archive holds no program, or several and none was chosen."""


class OutputError(GoToWheelError):
    """The output folder cannot be written."""


class Cancelled(GoToWheelError):  # noqa: N818 - it is the user's wish, not an error of theirs
    """The user stopped the run."""

    exit_code = 130
