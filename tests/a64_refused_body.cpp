// SPDX-License-Identifier: MIT
// A semantic function, to be compiled with and without BRANCH_ON_VALUE: with it, it decides by a
// Value, and must not compile.
#include "a64/interpreter_target.h"

namespace sl::a64 {

struct Body {
    template <class M>
    static void run(M& m, Reg<Rn> n, Dst<Rd> d)
    {
        const auto v = m.read(n, 64);
#ifdef BRANCH_ON_VALUE
        if (v != 0)
            m.write(d, 64, v);
#else
        m.write(d, 64, m.select(m.nonzero(v), v, m.constant(1)));
#endif
    }
};

extern const Row refused;
const Row refused = row<InterpreterTarget, "1111111111111111111111 nnnnn ddddd", Body>("body");

} // namespace sl::a64
