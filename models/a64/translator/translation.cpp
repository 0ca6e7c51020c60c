// SPDX-License-Identifier: MIT
#include "a64/translator/translator.h"

#include "a64/decode.h"
#include "a64/decode/data_processing.h"
#include "a64/dispatch.h"
#include "a64/slow.h"

#include <cassert>

namespace sl::a64 {

namespace sem = semantics;

template <bool Sub, bool SetFlags>
inline constexpr bool has_emitter<sem::AddSubImmediate<Sub, SetFlags>> = true;
template <bool Sub, bool SetFlags>
inline constexpr bool has_emitter<sem::AddSubRegister<Sub, SetFlags>> = true;
template <bool Sub, bool SetFlags>
inline constexpr bool has_emitter<sem::AddSubShifted<Sub, SetFlags>> = true;
template <sem::Logic What>
inline constexpr bool has_emitter<sem::LogicalImmediate<What>> = true;
template <>
inline constexpr bool has_emitter<sem::AndsImmediate> = true;
template <sem::Logic What, bool Invert, bool SetFlags>
inline constexpr bool has_emitter<sem::LogicalRegister<What, Invert, SetFlags>> = true;
template <sem::Logic What, bool Invert, bool SetFlags>
inline constexpr bool has_emitter<sem::LogicalShifted<What, Invert, SetFlags>> = true;
template <>
inline constexpr bool has_emitter<sem::MoveRegister> = true;
template <bool Invert>
inline constexpr bool has_emitter<sem::MoveWide<Invert>> = true;
template <>
inline constexpr bool has_emitter<sem::MoveKeep> = true;
template <>
inline constexpr bool has_emitter<sem::Ubfm> = true;
template <>
inline constexpr bool has_emitter<sem::Sbfm> = true;
template <>
inline constexpr bool has_emitter<sem::Bfm> = true;
template <u32 Kind>
inline constexpr bool has_emitter<sem::ShiftVariable<Kind>> = true;
template <>
inline constexpr bool has_emitter<sem::Divide<false>> = true;
template <bool Sub>
inline constexpr bool has_emitter<sem::MultiplyAdd<Sub>> = true;

namespace {

void (*emitter_of(u32 word))(Translator&)
{
    const auto find = [&](const auto& rows) -> void (*)(Translator&) {
        for (const auto& row : rows)
            if (row.pattern.matches(word))
                return row.binding(word).emit;
        return nullptr;
    };
    if (auto* const emit = find(decode::data_processing_immediate<TranslatorTarget>))
        return emit;
    return find(decode::data_processing_register<TranslatorTarget>);
}

const Op* end_of_call(State*, const Op*, Hot*)
{
    return nullptr;
}

/// A call of the interpreter, as one function whether its handlers tail call or not.
void call_interpreter(State* state, const Op* op, Hot* hot)
{
    execute(*state, op, *hot);
}

} // namespace

Translation::Translation(std::span<const u32> words, Parts features)
{
    using namespace asmjit;
    static constexpr x86::Gp saved[] = {x86::rbx, x86::rbp, x86::r12, x86::r13, x86::r14, x86::r15};
    CodeHolder code;
    code.init(runtime_.environment());
    x86::Assembler as{&code};
    for (const x86::Gp& r : saved)
        as.push(r);
    as.sub(x86::rsp, 8); // calls want RSP aligned to 16
    as.mov(x86::rbx, x86::rdi);
    as.mov(x86::rbp, x86::rsi);

    Translator m{as};
    for (const u32 word : words) {
        auto called = std::make_unique<Called>();
        Decoded d;
        decode_word(word, features, d);
        if (auto* const emit = d.row != nullptr ? emitter_of(word) : nullptr; emit != nullptr) {
            m.begin(d.op);
            emit(m);
            ++emitted_;
            continue;
        }
        called->op = d.op;
        called->op.handler = d.plain;
        if (d.row == nullptr) {
            called->op.handler = handler::undefined;
            called->op.imm = word;
        }
        called->end.handler = end_of_call;
        as.mov(x86::rdi, x86::rbx);
        as.mov(x86::rsi, reinterpret_cast<u64>(&called->op)); // NOLINT
        as.mov(x86::rdx, x86::rbp);
        as.mov(x86::rax, reinterpret_cast<u64>(&call_interpreter)); // NOLINT
        as.call(x86::rax);
        called_.push_back(std::move(called));
    }

    as.add(x86::rsp, 8);
    for (auto r = std::rbegin(saved); r != std::rend(saved); ++r)
        as.pop(*r);
    as.ret();
    [[maybe_unused]] const Error error = runtime_.add(&code_, &code);
    assert(error == kErrorOk);
}

Translation::~Translation()
{
    runtime_.release(code_);
}

void Translation::run(State& state, Hot& hot) const
{
    code_(&state, &hot);
}

} // namespace sl::a64
