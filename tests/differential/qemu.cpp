// SPDX-License-Identifier: MIT
#include "qemu.h"

#include "process.h"

#include <cstring>
#include <stdexcept>
#include <utility>

namespace sl::differential {

Qemu::Qemu(std::string qemu, std::string cpu, std::string runner)
    : qemu_{std::move(qemu)},
      cpu_{std::move(cpu)},
      runner_{std::move(runner)}
{
}

std::vector<Ended> Qemu::run(std::span<const sequence> cases) const
{
    const File in = temporary_file(), out = temporary_file();
    append(in.get(), std::as_bytes(cases));
    run_program({qemu_, "-cpu", cpu_, runner_}, in.get(), out.get(), stderr);

    const std::string bytes = contents(out.get());
    std::size_t at = 0;
    const auto take = [&](void* to, std::size_t size) {
        if (bytes.size() - at < size)
            throw std::runtime_error{"the runner stopped before its last case"};
        std::memcpy(to, bytes.data() + at, size);
        at += size;
    };
    std::vector<Ended> result(cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) {
        take(&result[i].state, sizeof(outcome));
        if (cases[i].dump != 0) {
            result[i].memory.resize(case_data_bytes / 8);
            take(result[i].memory.data(), case_data_bytes);
        }
    }
    return result;
}

} // namespace sl::differential
