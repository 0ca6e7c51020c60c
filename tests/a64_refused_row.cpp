// SPDX-License-Identifier: MIT
// Rows to be compiled one at a time: each of BAD 1 to 3 must not compile, BAD 0 must.
#include "a64/interpreter_target.h"

namespace sl::a64 {

struct Body {
    template <class M>
    static void run(M& m, Imm<12> imm, Reg<Rn> n, Dst<Rd> d)
    {
        m.write(d, 64, m.add(m.read(n, 64), m.imm(imm), 64));
    }
};

extern const Row refused;
#if BAD == 0
const Row refused = row<InterpreterTarget, "1111111111 iiiiiiiiiiii nnnnn ddddd", Body>("right");
#elif BAD == 1
const Row refused = row<InterpreterTarget, "11111111111 iiiiiiiiiii nnnnn ddddd", Body>("width");
#elif BAD == 2
const Row refused = row<InterpreterTarget, "1111111111 1111111 iiiiiiiiii ddddd", Body>("count");
#else
const Row refused = row<InterpreterTarget, "111111111 iiiiiiiiiiii nnnnn ddddd", Body>("31 bits");
#endif

} // namespace sl::a64
