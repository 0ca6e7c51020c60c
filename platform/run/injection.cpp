// SPDX-License-Identifier: MIT
#include "run/injection.h"

#include "soc/platform.h"

#include <algorithm>

namespace sl::run {

namespace {

constexpr unsigned first_spi = 32;

} // namespace

Injector::Injector(const config::Config& config, const Software& software,
                   const config::Injection& injection)
    : software_{software},
      injection_{injection},
      of_buffer_{std::any_of(config.trace.begin(), config.trace.end(),
                             [&](const config::TraceComponent& t) {
                                 return t.is("trbe") && t.ppi == injection.intid;
                             })}
{
}

void Injector::attach(soc::Platform& platform, Choose choose)
{
    platform_ = &platform;
    choose_ =
        choose ? std::move(choose) : [place = injection_.place](u64 at) { return at == place; };
    for (unsigned pe = 0; pe < platform.pes(); ++pe)
        platform.set_log(pe);
}

/// Is this the first instruction of the call that is meant?
bool Injector::begins(unsigned el, u64 vmid, u64 pc)
{
    const auto [known, fresh] = first_.try_emplace(pc, false);
    if (fresh)
        if (const auto hit = software_.symbols().by_va(pc, el, vmid))
            known->second = hit->offset == 0 && *hit->symbol == injection_.symbol;
    return known->second && ++calls_ == injection_.call;
}

void Injector::instruction(unsigned pe, u64, unsigned el, u64 vmid, u64 pc, u32)
{
    if (raised_)
        watch();
    if (pe != 0 || phase_ == Phase::Over)
        return;
    if (phase_ == Phase::Before) {
        if (!begins(el, vmid, pc))
            return;
        phase_ = Phase::Inside;
        el_ = el;
        return_to_ = platform_->pe(0).state().x[30];
    }
    if (el != el_)
        return;
    if (pc == return_to_) {
        phase_ = Phase::Over;
        return;
    }
    if (choose_(++places_)) {
        where_ = software_.symbols().describe_va(pc, el, vmid);
        raise();
        phase_ = Phase::Over;
    }
}

void Injector::raise()
{
    if (of_buffer_) {
        raised_ = fill_buffer();
        impossible_ = !raised_;
    } else {
        raised_ = true;
        set_wire(true);
    }
}

/// What the trace buffer does when it has come to its limit in FILL mode.
bool Injector::fill_buffer()
{
    using Sr = sysreg::TRBSR_EL1;
    constexpr u64 filled = 1; // BSC
    trace::TraceUnit* const unit = platform_->trace_unit(0);
    const u64 status = unit ? unit->read(sysreg::Reg::TRBSR_EL1) : Sr::S::mask;
    if (Sr::S::get(status) ||
        !sysreg::TRBLIMITR_EL1::E::get(unit->read(sysreg::Reg::TRBLIMITR_EL1)))
        return false;
    unit->write(sysreg::Reg::TRBPTR_EL1, unit->read(sysreg::Reg::TRBBASER_EL1));
    unit->write(sysreg::Reg::TRBSR_EL1,
                status | Sr::WRAP::mask | Sr::S::mask | Sr::IRQ::mask | filled);
    return true;
}

void Injector::set_wire(bool level)
{
    if (injection_.intid < first_spi)
        platform_->pe(0).ppi(injection_.intid, level);
    else
        platform_->gic().set_spi(injection_.intid, level, platform_->pe(0).now_ps());
}

const gic::InterruptBlock& Injector::block() const
{
    gic::Gic& gic = platform_->gic();
    return injection_.intid < first_spi ? gic.redistributor(0).privates()
                                        : gic.distributor().spis(injection_.intid / 32);
}

/// Acknowledging and deactivating are instructions of their own: none is missed between two looks.
void Injector::watch()
{
    const bool active = block().active & mask();
    if (active && !active_) {
        ++acknowledged_;
        if (!of_buffer_)
            set_wire(false);
    }
    active_ = active;
}

std::vector<std::string> Injector::problems() const
{
    std::vector<std::string> all;
    const std::string name = "interrupt " + std::to_string(injection_.intid);
    if (calls_ < injection_.call)
        all.push_back(injection_.symbol + " was called " + std::to_string(calls_) +
                      " times on PE 0, not " + std::to_string(injection_.call));
    else if (!raised_ && !impossible_)
        all.push_back("the call of " + injection_.symbol + " has " + std::to_string(places_) +
                      " places, not " + std::to_string(injection_.place));
    if (!raised_)
        return all;
    // Software may find out by the buffer's status, and clear it, before it is interrupted.
    if (acknowledged_ == 0 && !of_buffer_)
        all.push_back(name + " is lost: nobody has acknowledged it");
    if (acknowledged_ > 1)
        all.push_back(name + " was acknowledged " + std::to_string(acknowledged_) + " times");
    if (block().active & mask())
        all.push_back(name + " is still active");
    if (block().pending() & mask())
        all.push_back(name + " is still pending");
    return all;
}

} // namespace sl::run
