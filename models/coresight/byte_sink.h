// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace sl::coresight {

/// Where a trace port's bytes go: a trace capture device.
class ByteSink {
public:
    virtual ~ByteSink() = default;

    /// Bytes in the order in which they left the port; the last one had gone at `gone_ps`.
    virtual void put(std::span<const u8> bytes, u64 gone_ps) = 0;
};

/// Keeps the bytes in a file.
class FileSink final : public ByteSink {
public:
    /// Creates or truncates the file. Throws std::runtime_error when that cannot be done.
    explicit FileSink(const std::string& path);

    void put(std::span<const u8> bytes, u64 gone_ps) override;

    /// Everything put so far is in the file. False: a write failed, a full disk for one.
    bool flush();

private:
    std::ofstream file_;
};

} // namespace sl::coresight
