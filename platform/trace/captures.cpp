// SPDX-License-Identifier: MIT
#include "trace/captures.h"

#include "trace/deframe.h"

namespace sl::trace {

void Captures::ended(const std::string& sink, std::vector<u8> frames,
                     std::span<Recording* const> recordings)
{
    Capture capture{sink, std::move(frames), {}, {}, {}};
    Deframed deframed = deframe(capture.frames, Framing::Memory);
    capture.error = deframed.error;
    for (const auto& [id, bytes] : deframed.streams) {
        bool known = false;
        for (unsigned pe = 0; pe < recordings.size() && !known; ++pe) {
            if (!recordings[pe] || !recordings[pe]->uses(id))
                continue;
            if (const auto position = recordings[pe]->captured(bytes)) {
                capture.parts.push_back({id, pe, *position, bytes.size()});
                known = true;
            }
        }
        if (!known)
            capture.others[id] = bytes.size();
    }
    all_.push_back(std::move(capture));
}

} // namespace sl::trace
