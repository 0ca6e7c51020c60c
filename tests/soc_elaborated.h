// SPDX-License-Identifier: MIT
#pragma once

#include "run/run_control.h"
#include "run/software.h"
#include "sightline_process.h"
#include "soc/platform.h"

#include <memory>

namespace sl::test {

/// A platform in this process, loaded and started. One per test case: SystemC elaborates once.
struct Elaborated : Folder {
    explicit Elaborated(const std::string& text, const std::vector<std::string>& set = {},
                        Observer* observer = nullptr, unsigned max_block = 64)
        : Elaborated{std::filesystem::path{}, text, set, observer, max_block}
    {
    }

    explicit Elaborated(const std::filesystem::path& file, const std::string& text,
                        const std::vector<std::string>& set, Observer* observer, unsigned max_block)
        : config{config::load(file.empty() ? write("platform.toml", text) : file, set,
                              {.software = SOFTWARE, .cores = SOURCE "/configs/cores"})},
          software{config},
          platform{"platform",
                   config,
                   {.marks = &software.marks(),
                    .switch_mark = software.switch_mark(),
                    .observer = observer,
                    .transmit =
                        [this](unsigned uart, u8 c) {
                            sent.resize(std::max<std::size_t>(sent.size(), uart + 1));
                            sent[uart] += static_cast<char>(c);
                        },
                    .max_block = max_block}}
    {
        software.load([&](u64 pa, std::span<const u8> bytes) { platform.write(pa, bytes); });
    }

    run::Ending run()
    {
        for (const run::Start& s : software.starts())
            platform.power_on(s.pe, s.pc, s.el, s.x0);
        run::Progress progress;
        return run::RunControl{config.run, platform, progress, {}}.run();
    }

    std::vector<std::string> sent; ///< by UART
    config::Config config;
    run::Software software;
    soc::Platform platform;
};

} // namespace sl::test
