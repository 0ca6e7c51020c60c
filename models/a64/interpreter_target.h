// SPDX-License-Identifier: MIT
#pragma once

#include "a64/effects.h"
#include "a64/interpreter.h"
#include "a64/row.h"

namespace sl::a64 {

/// Semantics with their static operands bound: what the engine keeps of them.
template <class Semantics, u32... Static>
struct Bound {
    /// Executes one operation, then goes on to what follows. `flatten` puts everything but the slow
    /// paths inside, so that the machine never exists in memory.
    template <bool Full, class... Params>
    [[gnu::flatten]] static const Op* execute(State* s, const Op* op, Hot* h)
    {
        Interpreter<Full> m{s, op, h};
        Semantics::template run<Interpreter<Full>, Static...>(m, Params{}...);
        if constexpr (!Full)
            if (m.missed()) [[unlikely]]
                return again<Params...>(s, op, h);
        return go(s, m.next(), h);
    }

    template <class... Params>
    [[gnu::noinline]] static const Op* again(State* s, const Op* op, Hot* h)
    {
        return execute<true, Params...>(s, op, h);
    }

    template <class... Params>
    static void learn(EffectsMachine& m)
    {
        Semantics::template run<EffectsMachine, Static...>(m, Params{}...);
    }
};

struct InterpreterTarget {
    struct Binding {
        Handler plain, traced;
        void (*effects)(EffectsMachine&);
        bool (*decode)(u32 word, Op& op); ///< false: UNDEFINED
    };

    template <Pattern P, class Semantics, u32... Static>
    static constexpr Binding bind()
    {
        return from<P, Semantics, Bound<Semantics, Static...>>(
            &Semantics::template run<Interpreter<false>, Static...>);
    }

private:
    template <Pattern P, class Semantics, class B, class... Params>
    static constexpr Binding from(void (*)(Interpreter<false>&, Params...))
    {
        return {.plain = B::template execute<false, Params...>,
                .traced = B::template execute < requires {Semantics::waypoint;
    }

    , Params... >, .effects = B::template learn<Params...>,
                   .decode = detail::Decoder<P, Params...>::decode
};
} // namespace sl::a64
}
;

using Row = RowOf<InterpreterTarget>;

} // namespace sl::a64
