// SPDX-License-Identifier: MIT
#include "trace/deframe.h"

#include <opencsd/c_api/ocsd_c_api_custom.h>
#include <opencsd/c_api/opencsd_c_api.h>

#include <algorithm>
#include <memory>

namespace sl::trace {

namespace {

// The C interface has no deformatter of its own, only decoders that are fed by one: this "decoder"
// keeps the bytes of its ID.

struct Collector {
    u8 id;
    std::vector<u8>* bytes;
};

char decoder_name[] = "SIGHTLINE_BYTES";

ocsd_datapath_resp_t collect(const void* handle, const ocsd_datapath_op_t op,
                             const ocsd_trc_index_t, const uint32_t size, const uint8_t* data,
                             uint32_t* used)
{
    const auto* const self = static_cast<const Collector*>(handle);
    if (op == OCSD_OP_DATA) {
        self->bytes->insert(self->bytes->end(), data, data + size);
        *used = size;
    }
    return OCSD_RESP_CONT;
}

void monitor_changed(const void*, const int) {}

ocsd_err_t create(const int, const void* config, const ocsd_extern_dcd_cb_fns*,
                  ocsd_extern_dcd_inst_t* instance)
{
    const auto* const wanted = static_cast<const Collector*>(config);
    instance->fn_data_in = collect;
    instance->fn_update_pkt_mon = monitor_changed;
    instance->decoder_handle = new Collector{*wanted};
    instance->p_decoder_name = decoder_name;
    instance->cs_id = wanted->id;
    return OCSD_OK;
}

ocsd_err_t destroy(const void* handle)
{
    delete static_cast<const Collector*>(handle);
    return OCSD_OK;
}

ocsd_err_t id_of(const void* config, unsigned char* id)
{
    *id = static_cast<const Collector*>(config)->id;
    return OCSD_OK;
}

ocsd_err_t packet_text(const void*, char*, const int)
{
    return OCSD_OK;
}

bool register_collector()
{
    static ocsd_extern_dcd_fact_t factory{create, destroy, id_of, packet_text,
                                          OCSD_PROTOCOL_UNKNOWN};
    static const bool registered = ocsd_register_custom_decoder(decoder_name, &factory) == OCSD_OK;
    return registered;
}

struct TreeDeleter {
    void operator()(void* tree) const { ocsd_destroy_dcd_tree(tree); }
};

constexpr u8 first_id = 0x01, last_id = 0x6f; ///< the IDs of sources

} // namespace

Deframed deframe(std::span<const u8> frames, Framing framing)
{
    Deframed result;
    ocsd_def_errlog_init(OCSD_ERR_SEV_NONE, 0);
    const u32 flags = framing == Framing::Memory
                          ? u32{OCSD_DFRMTR_FRAME_MEM_ALIGN}
                          : u32{OCSD_DFRMTR_HAS_FSYNCS | OCSD_DFRMTR_HAS_HSYNCS};
    const std::unique_ptr<void, TreeDeleter> tree{
        ocsd_create_dcd_tree(OCSD_TRC_SRC_FRAME_FORMATTED, flags)};
    bool ready = tree && register_collector();
    for (unsigned id = first_id; ready && id <= last_id; ++id) {
        const Collector wanted{static_cast<u8>(id), &result.streams[static_cast<u8>(id)]};
        unsigned char created = 0;
        ready = ocsd_dt_create_decoder(tree.get(), decoder_name, OCSD_CREATE_FLG_PACKET_PROC,
                                       &wanted, &created) == OCSD_OK;
    }
    if (!ready)
        result.error = "OpenCSD has no deformatter";
    for (std::size_t done = 0; ready && done < frames.size();) {
        u32 used = 0;
        const auto now = static_cast<u32>(std::min<std::size_t>(frames.size() - done, 1u << 20));
        const ocsd_datapath_resp_t response = ocsd_dt_process_data(
            tree.get(), OCSD_OP_DATA, static_cast<u32>(done), now, &frames[done], &used);
        if (!OCSD_DATA_RESP_IS_CONT(response) || used == 0) {
            result.error = "OpenCSD response " + std::to_string(response) + " at byte " +
                           std::to_string(done + used) + " of the frames";
            break;
        }
        done += used;
    }
    std::erase_if(result.streams, [](const auto& s) { return s.second.empty(); });
    return result;
}

} // namespace sl::trace
