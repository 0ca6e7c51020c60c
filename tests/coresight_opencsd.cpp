// SPDX-License-Identifier: MIT
#include "coresight_opencsd.h"

#include <catch2/catch.hpp>
#include <memory>

namespace sl::coresight {

namespace {

/// A "decoder" that keeps the bytes that the deformatter gives it.
struct Collector {
    u8 id;
    std::vector<u8>* bytes;
};

Streams* collecting = nullptr;
char decoder_name[] = "SL_RAW";

ocsd_datapath_resp_t collect(const void* handle, const ocsd_datapath_op_t op,
                             const ocsd_trc_index_t, const uint32_t size, const uint8_t* data,
                             uint32_t* used)
{
    const auto* self = static_cast<const Collector*>(handle);
    if (op == OCSD_OP_DATA) {
        self->bytes->insert(self->bytes->end(), data, data + size);
        *used = size;
    }
    return OCSD_RESP_CONT;
}

void flags_changed(const void*, const int) {}

ocsd_err_t create(const int, const void* config, const ocsd_extern_dcd_cb_fns*,
                  ocsd_extern_dcd_inst_t* instance)
{
    const u8 id = *static_cast<const u8*>(config);
    instance->fn_data_in = collect;
    instance->fn_update_pkt_mon = flags_changed;
    instance->decoder_handle = new Collector{id, &(*collecting)[id]};
    instance->p_decoder_name = decoder_name;
    instance->cs_id = id;
    return OCSD_OK;
}

ocsd_err_t destroy(const void* handle)
{
    delete static_cast<const Collector*>(handle);
    return OCSD_OK;
}

ocsd_err_t id_of(const void* config, unsigned char* id)
{
    *id = *static_cast<const u8*>(config);
    return OCSD_OK;
}

ocsd_err_t to_string(const void*, char*, const int)
{
    return OCSD_OK;
}

void process(dcd_tree_handle_t tree, std::span<const u8> trace)
{
    ocsd_trc_index_t index = 0;
    while (index < trace.size()) {
        uint32_t used = 0;
        const auto response =
            ocsd_dt_process_data(tree, OCSD_OP_DATA, index,
                                 static_cast<uint32_t>(trace.size() - index), &trace[index], &used);
        REQUIRE(OCSD_DATA_RESP_IS_CONT(response));
        REQUIRE(used > 0);
        index += used;
    }
    uint32_t used = 0;
    REQUIRE(OCSD_DATA_RESP_IS_CONT(ocsd_dt_process_data(tree, OCSD_OP_EOT, 0, 0, nullptr, &used)));
}

using Tree = std::unique_ptr<void, void (*)(void*)>;

Tree make_tree(ocsd_dcd_tree_src_t type, u32 flags)
{
    static const auto errors = ocsd_def_errlog_init(OCSD_ERR_SEV_ERROR, 0);
    REQUIRE(errors == OCSD_OK);
    auto* tree = ocsd_create_dcd_tree(type, flags);
    REQUIRE(tree != nullptr);
    return {tree, [](void* t) { ocsd_destroy_dcd_tree(t); }};
}

ocsd_datapath_resp_t keep_packet(const void* context, const ocsd_datapath_op_t op,
                                 const ocsd_trc_index_t, const void* packet)
{
    if (op == OCSD_OP_DATA)
        const_cast<std::vector<ocsd_stm_pkt>*>(
            static_cast<const std::vector<ocsd_stm_pkt>*>(context))
            ->push_back(*static_cast<const ocsd_stm_pkt*>(packet));
    return OCSD_RESP_CONT;
}

} // namespace

Streams opencsd_deformat(std::span<const u8> trace, u32 flags)
{
    static ocsd_extern_dcd_fact_t factory{create, destroy, id_of, to_string, OCSD_PROTOCOL_UNKNOWN};
    static const auto registered = ocsd_register_custom_decoder(decoder_name, &factory);
    REQUIRE(registered == OCSD_OK);
    Streams streams;
    collecting = &streams;
    const Tree tree = make_tree(OCSD_TRC_SRC_FRAME_FORMATTED, flags);
    for (u8 id = 0x01; id < 0x70; ++id) {
        unsigned char created = 0;
        REQUIRE(ocsd_dt_create_decoder(tree.get(), decoder_name, OCSD_CREATE_FLG_PACKET_PROC, &id,
                                       &created) == OCSD_OK);
    }
    process(tree.get(), trace);
    std::erase_if(streams, [](const auto& s) { return s.second.empty(); });
    return streams;
}

std::vector<ocsd_stm_pkt> opencsd_stm(std::span<const u8> stream)
{
    std::vector<ocsd_stm_pkt> packets;
    const Tree tree = make_tree(OCSD_TRC_SRC_SINGLE, 0);
    ocsd_stm_cfg config{};
    config.reg_tcsr = 0x10 << 16;
    config.reg_feat3r = 0x7f;
    config.reg_devid = 0x10000;
    unsigned char id = 0;
    REQUIRE(ocsd_dt_create_decoder(tree.get(), OCSD_BUILTIN_DCD_STM, OCSD_CREATE_FLG_PACKET_PROC,
                                   &config, &id) == OCSD_OK);
    REQUIRE(ocsd_dt_attach_packet_callback(tree.get(), id, OCSD_C_API_CB_PKT_SINK,
                                           reinterpret_cast<void*>(keep_packet),
                                           &packets) == OCSD_OK);
    process(tree.get(), stream);
    return packets;
}

} // namespace sl::coresight
