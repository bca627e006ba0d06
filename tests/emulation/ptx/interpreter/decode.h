// SPDX-License-Identifier: Apache-2.0
// From an instruction to what it does. To support another one, add it to the table of its file.
#pragma once
#include "module.h"
#include "warp.h"

#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

namespace ptx {

// Executes one instruction for the lanes of a mask; program counters are the machine's business.
using Action = std::function<void(Warp&, Mask)>;

// Error if the instruction, its type or one of its modifiers is not supported.
Action decode(const Instruction& in);

using Decoder = Action (*)(const Instruction&);
using DecoderTable = std::map<std::string_view, Decoder>;

const DecoderTable& arithmetic_decoders();
const DecoderTable& logic_decoders();
const DecoderTable& bit_field_decoders();
const DecoderTable& comparison_decoders();
const DecoderTable& conversion_decoders();
const DecoderTable& memory_decoders();
const DecoderTable& atomic_decoders();
const DecoderTable& warp_exchange_decoders();
const DecoderTable& async_copy_decoders();
const DecoderTable& matrix_decoders();

// Error unless every word between the name and the last `types` words is one of `allowed`.
void check_modifiers(const Instruction& in, std::initializer_list<std::string_view> allowed,
                     size_t types = 1);

void check_operands(const Instruction& in, size_t count);

// Error unless all 32 lanes execute `in` together.
void check_converged(const Instruction& in, Mask mask);

}  // namespace ptx
