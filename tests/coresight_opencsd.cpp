// SPDX-License-Identifier: MIT
#include "coresight_opencsd.h"

#include <catch2/catch.hpp>
#include <memory>

namespace sl::coresight {

namespace {

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

Streams opencsd_deformat(std::span<const u8> trace, trace::Framing framing)
{
    const trace::Deframed deframed = trace::deframe(trace, framing);
    REQUIRE(deframed.error == "");
    return deframed.streams;
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
