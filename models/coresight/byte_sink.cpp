// SPDX-License-Identifier: MIT
#include "coresight/byte_sink.h"

#include <stdexcept>

namespace sl::coresight {

FileSink::FileSink(const std::string& path)
    : file_{path, std::ios::binary | std::ios::trunc}
{
    if (!file_)
        throw std::runtime_error{"cannot write " + path};
}

void FileSink::put(std::span<const u8> bytes, u64)
{
    // A failed write leaves the stream in its error state, which flush() reports.
    file_.write(reinterpret_cast<const char*>(bytes.data()),
                static_cast<std::streamsize>(bytes.size()));
}

bool FileSink::flush()
{
    return static_cast<bool>(file_.flush());
}

} // namespace sl::coresight
