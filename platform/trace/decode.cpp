// SPDX-License-Identifier: MIT
#include "trace/decode.h"

#include "debug/elf_image.h"
#include "sysreg/registers.gen.h"

#include <elf.h>
#include <opencsd/c_api/opencsd_c_api.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <memory>

#ifdef __SANITIZE_ADDRESS__
// libopencsd 1.3.3 does not free the object that its C interface makes for an output function.
extern "C" const char* __lsan_default_suppressions()
{
    return "leak:ocsd_dt_set_gen_elem_outfn\n";
}
#endif

namespace sl::trace {

std::vector<CodeRegion> code_of_elf(const std::string& path)
{
    const debug::ElfImage image = debug::ElfImage::read(path); // refuses what is not an executable
    std::ifstream file{path, std::ios::binary};
    const std::vector<char> all{std::istreambuf_iterator<char>{file}, {}};
    Elf64_Ehdr header;
    std::memcpy(&header, all.data(), sizeof header);
    std::vector<CodeRegion> regions;
    for (unsigned i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment;
        std::memcpy(&segment, all.data() + header.e_phoff + i * sizeof segment, sizeof segment);
        if (segment.p_type != PT_LOAD || !(segment.p_flags & PF_X) || segment.p_filesz == 0)
            continue;
        if (segment.p_offset + segment.p_filesz > all.size())
            throw debug::ImageError{path, "a segment lies outside the file"};
        const char* first = all.data() + segment.p_offset;
        regions.push_back({segment.p_vaddr, {first, first + segment.p_filesz}});
    }
    return regions;
}

EteRegisters EteRegisters::of(const Ete& ete)
{
    using pe::Reg;
    const auto read = [&ete](Reg reg) { return static_cast<u32>(ete.read(reg)); };
    return {read(Reg::TRCCONFIGR), read(Reg::TRCTRACEIDR),  read(Reg::TRCIDR0),
            read(Reg::TRCIDR1),    read(Reg::TRCIDR2),      read(Reg::TRCIDR8),
            read(Reg::TRCDEVARCH), read(Reg::TRCAUTHSTATUS)};
}

namespace {

ocsd_datapath_resp_t take(const void* context, ocsd_trc_index_t index, uint8_t,
                          const ocsd_generic_trace_elem* in)
{
    auto& out = *static_cast<std::vector<Element>*>(const_cast<void*>(context));
    Element e;
    e.index = index;
    switch (in->elem_type) {
    case OCSD_GEN_TRC_ELEM_NO_SYNC:
        e.kind = Element::Kind::NoSync;
        break;
    case OCSD_GEN_TRC_ELEM_TRACE_ON:
        e.kind = Element::Kind::TraceOn;
        e.overflow = in->trace_on_reason == TRACE_ON_OVERFLOW;
        break;
    case OCSD_GEN_TRC_ELEM_PE_CONTEXT:
        e.kind = Element::Kind::Context;
        e.el = static_cast<u8>(in->context.exception_level);
        e.secure = in->context.security_level == ocsd_sec_secure;
        e.has_context_id = in->context.ctxt_id_valid;
        e.context_id = in->context.context_id;
        e.has_vmid = in->context.vmid_valid;
        e.vmid = in->context.vmid;
        break;
    case OCSD_GEN_TRC_ELEM_INSTR_RANGE:
        e.kind = Element::Kind::Range;
        e.address = in->st_addr;
        e.count = in->num_instr_range;
        e.last_taken = in->last_instr_exec;
        break;
    case OCSD_GEN_TRC_ELEM_ADDR_NACC:
        e.kind = Element::Kind::NoMemory;
        e.address = in->st_addr;
        break;
    case OCSD_GEN_TRC_ELEM_EXCEPTION:
        e.kind = Element::Kind::Exception;
        e.address = in->en_addr;
        e.exception = in->exception_number;
        break;
    case OCSD_GEN_TRC_ELEM_TIMESTAMP:
        e.kind = Element::Kind::Timestamp;
        e.value = in->timestamp;
        break;
    case OCSD_GEN_TRC_ELEM_CYCLE_COUNT:
        e.kind = Element::Kind::CycleCount;
        e.value = in->cycle_count;
        break;
    case OCSD_GEN_TRC_ELEM_EVENT:
        e.kind = Element::Kind::Event;
        e.value = in->trace_event.ev_number;
        break;
    default:
        return OCSD_RESP_CONT;
    }
    out.push_back(e);
    return OCSD_RESP_CONT;
}

struct TreeDeleter {
    void operator()(void* tree) const { ocsd_destroy_dcd_tree(tree); }
};

std::string last_error(ocsd_datapath_resp_t response)
{
    ocsd_trc_index_t index = 0;
    uint8_t channel = 0;
    std::array<char, 256> message{};
    ocsd_get_last_err(&index, &channel, message.data(), static_cast<int>(message.size()));
    return "OpenCSD response " + std::to_string(response) + " at byte " + std::to_string(index) +
           ": " + message.data();
}

} // namespace

Decoded decode(const EteRegisters& registers, std::span<const CodeRegion> code,
               std::span<const u8> bytes)
{
    Decoded result;
    ocsd_def_errlog_init(OCSD_ERR_SEV_NONE, 0);
    const std::unique_ptr<void, TreeDeleter> tree{ocsd_create_dcd_tree(OCSD_TRC_SRC_SINGLE, 0)};
    ocsd_ete_cfg config{};
    config.reg_idr0 = registers.idr0;
    config.reg_idr1 = registers.idr1;
    config.reg_idr2 = registers.idr2;
    config.reg_idr8 = registers.idr8;
    config.reg_devarch = registers.devarch;
    config.reg_configr = registers.configr;
    config.reg_traceidr = registers.traceidr;
    config.arch_ver = ARCH_AA64;
    config.core_prof = profile_CortexA;
    unsigned char id = 0;
    if (ocsd_dt_create_decoder(tree.get(), OCSD_BUILTIN_DCD_ETE, OCSD_CREATE_FLG_FULL_DECODER,
                               &config, &id) != OCSD_OK) {
        result.error = last_error(OCSD_RESP_FATAL_SYS_ERR);
        return result;
    }
    ocsd_dt_set_gen_elem_outfn(tree.get(), take, &result.elements);
    for (const CodeRegion& region : code)
        if (ocsd_dt_add_buffer_mem_acc(tree.get(), region.address, OCSD_MEM_SPACE_ANY,
                                       region.bytes.data(),
                                       static_cast<u32>(region.bytes.size())) != OCSD_OK) {
            result.error = last_error(OCSD_RESP_FATAL_SYS_ERR);
            return result;
        }

    constexpr std::size_t chunk = 1u << 20;
    for (std::size_t done = 0; done < bytes.size();) {
        const auto now = static_cast<u32>(std::min(bytes.size() - done, chunk));
        u32 used = 0;
        const ocsd_datapath_resp_t response = ocsd_dt_process_data(
            tree.get(), OCSD_OP_DATA, static_cast<u32>(done), now, &bytes[done], &used);
        if (OCSD_DATA_RESP_IS_FATAL(response)) {
            result.error = last_error(response);
            return result;
        }
        done += used;
    }
    u32 used = 0;
    ocsd_dt_process_data(tree.get(), OCSD_OP_EOT, 0, 0, nullptr, &used);
    return result;
}

} // namespace sl::trace
