// SPDX-License-Identifier: MIT
#include "debug/output_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace sl::debug {

namespace {

constexpr std::size_t flush_at = std::size_t{256} * 1024;

/// Writes all of `text`; `done` counts what reached the file. Returns 0 or an errno value.
int write_all(int fd, std::string_view text, u64& done)
{
    while (!text.empty()) {
        const ssize_t n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 ? ENOSPC : errno;
        done += static_cast<u64>(n);
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return 0;
}

} // namespace

OutputError::OutputError(const std::string& path, const char* doing, int error)
    : std::runtime_error{"cannot " + std::string{doing} + " " + path + ": " + std::strerror(error)},
      path_{path},
      error_{error}
{
}

OutputFile::OutputFile(std::string path)
    : path_{std::move(path)},
      fd_{::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)}
{
    if (fd_ < 0)
        throw OutputError{path_, "create", errno};
    buffer_.reserve(flush_at + 4096);
}

OutputFile::~OutputFile()
{
    if (fd_ < 0)
        return;
    u64 done = 0;
    if (write_all(fd_, buffer_, done) != 0)
        cut(done);
    ::close(fd_);
}

void OutputFile::append(std::string_view record)
{
    if (fd_ < 0)
        return; // has failed, and said so
    if (buffer_.size() + record.size() > flush_at)
        flush();
    buffer_ += record;
    ends_.push_back(buffer_.size());
}

void OutputFile::flush()
{
    if (buffer_.empty() || fd_ < 0)
        return;
    u64 done = 0;
    const int error = write_all(fd_, buffer_, done);
    if (error != 0) {
        cut(done);
        ::close(std::exchange(fd_, -1));
        throw OutputError{path_, "write", error};
    }
    written_ += done;
    buffer_.clear();
    ends_.clear();
}

void OutputFile::close()
{
    flush();
    if (fd_ < 0)
        return;
    if (::close(std::exchange(fd_, -1)) != 0)
        throw OutputError{path_, "close", errno};
}

void OutputFile::cut(u64 done)
{
    const auto after = std::upper_bound(ends_.begin(), ends_.end(), done);
    const u64 whole = after == ends_.begin() ? 0 : *(after - 1);
    // Devices (a pipe, /dev/full) cannot be cut, and hold nothing to be read again.
    (void)!::ftruncate(fd_, static_cast<off_t>(written_ + whole));
}

void write_whole(const std::string& path, std::string_view text)
{
    const std::string part = path + ".part";
    try {
        OutputFile file{part};
        file.append(text);
        file.close();
    } catch (const OutputError& e) {
        std::remove(part.c_str());
        throw OutputError{path, "write", e.error()};
    }
    if (std::rename(part.c_str(), path.c_str()) != 0) {
        const int error = errno;
        std::remove(part.c_str());
        throw OutputError{path, "write", error};
    }
}

} // namespace sl::debug
