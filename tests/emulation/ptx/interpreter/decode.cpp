// SPDX-License-Identifier: Apache-2.0
#include "decode.h"

#include <algorithm>

namespace ptx {

void check_modifiers(const Instruction& in, std::initializer_list<std::string_view> allowed,
                     size_t types) {
  for (size_t i = 1; i + types < in.words.size(); i++)
    if (std::find(allowed.begin(), allowed.end(), in.words[i]) == allowed.end())
      throw Error(in.line, "modifier ." + in.words[i] + " of " + in.opcode + " is not supported");
}

void check_operands(const Instruction& in, size_t count) {
  if (in.operands.size() != count)
    throw Error(in.line, in.opcode + " has " + std::to_string(in.operands.size()) +
                             " operands where " + std::to_string(count) + " are expected");
}

void check_converged(const Instruction& in, Mask mask) {
  if (mask != ~Mask{0}) throw Error(in.line, in.opcode + " is executed by a part of the warp");
}

Action decode(const Instruction& in) {
  for (const DecoderTable* table :
       {&arithmetic_decoders(), &logic_decoders(), &bit_field_decoders(), &comparison_decoders(),
        &conversion_decoders(), &memory_decoders(), &atomic_decoders(), &warp_exchange_decoders(),
        &async_copy_decoders(), &matrix_decoders()})
    if (const auto found = table->find(in.name()); found != table->end()) return found->second(in);
  throw Error(in.line, "instruction " + in.opcode + " is not supported");
}

}  // namespace ptx
