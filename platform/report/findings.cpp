// SPDX-License-Identifier: MIT
#include "report/findings.h"

#include "debug/text.h"
#include "report/findings_data.h"
#include "report/numbers.h"

namespace sl::report {

namespace {

std::string place_text(const Finding::Place& place)
{
    std::string text = place.instruction + " at " + place.symbol;
    if (!place.line.empty())
        text += " (" + place.line + ")";
    text += ", EL" + std::to_string(place.el);
    if (place.vmid != 0)
        text += ", VMID " + std::to_string(place.vmid);
    return text + ", PC " + debug::hex(place.pc) + ", " + quotient(place.ps, 1'000'000'000, 6) +
           " ms";
}

std::string place_of(const Finding& f)
{
    std::string text = f.pe;
    if (!f.design.empty())
        text += " · " + f.design + " · " + f.session;
    return text;
}

Json place_json(const Finding::Place& place)
{
    return {{"instruction", place.instruction},
            {"symbol", place.symbol},
            {"line", place.line},
            {"el", place.el},
            {"vmid", place.vmid},
            {"pc", debug::hex(place.pc)},
            {"cycle", place.cycle},
            {"ps", place.ps}};
}

} // namespace

std::string findings_text(const std::vector<Finding>& findings)
{
    if (findings.empty())
        return "  No rule of docs/rules.md was broken.\n";
    std::string text;
    for (const Finding& f : findings) {
        text += "  " + f.rule + " · " + place_of(f) + " · " + grouped(f.count) +
                (f.count == 1 ? " time\n" : " times\n");
        text += "      " + place_text(f.at) + "\n";
        text += "      " + f.other_is + ": " + place_text(f.other) + "\n";
        if (!f.detail.empty())
            text += "      " + f.detail + "\n";
    }
    return text;
}

Json findings_data(const std::vector<Finding>& findings)
{
    Json all = Json::array();
    for (const Finding& f : findings)
        all.push_back({{"rule", f.rule},
                       {"unit", f.unit},
                       {"statement", f.statement},
                       {"reference", f.reference},
                       {"pe", f.pe},
                       {"design", f.design},
                       {"session", f.session},
                       {"at", place_json(f.at)},
                       {"other is", f.other_is},
                       {"other", place_json(f.other)},
                       {"detail", f.detail},
                       {"count", f.count}});
    return all;
}

std::string findings_json(const std::vector<Finding>& findings)
{
    Json document;
    document["format"] = "sightline-findings";
    document["version"] = 1;
    document["findings"] = findings_data(findings);
    return document.dump(2) + "\n";
}

} // namespace sl::report
