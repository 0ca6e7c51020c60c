// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sl::debug {

/// A file could not be created or written: a full disk, a missing or unwritable folder. What had
/// been written before stays, and can be read.
class OutputError : public std::runtime_error {
public:
    /// `doing` completes "cannot …": "create", "write", "close".
    OutputError(const std::string& path, const char* doing, int error);

    const std::string& path() const { return path_; }

    int error() const { return error_; } ///< an errno value

private:
    std::string path_;
    int error_;
};

/// A file that grows by whole records (a line, a packet). When writing fails, the file is cut back
/// to its last whole record, so that it stays readable, and OutputError is thrown.
class OutputFile {
public:
    explicit OutputFile(std::string path);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    const std::string& path() const { return path_; }

    /// One whole record.
    void append(std::string_view record);
    void flush();
    /// Flushes, and reports what the file system found out late. Without it the destructor drops
    /// errors silently, which is right only after an error.
    void close();

private:
    /// Drops the record that was begun among the last `done` bytes.
    void cut(u64 done);

    std::string path_;
    int fd_ = -1;
    std::string buffer_;
    std::vector<u64> ends_; ///< where each record in `buffer_` ends
    u64 written_ = 0;       ///< bytes in the file, all of them whole records
};

/// Writes a whole file, or leaves what was there before: never half of it.
void write_whole(const std::string& path, std::string_view text);

} // namespace sl::debug
