// SPDX-License-Identifier: Apache-2.0
#include "kernel_parser.h"

#include "variable.h"

#include <sstream>

namespace ptx {

namespace {

std::vector<std::string> split_at_dots(const std::string& opcode) {
  std::vector<std::string> words;
  std::istringstream stream(opcode);
  for (std::string word; std::getline(stream, word, '.');) words.push_back(word);
  return words;
}

}  // namespace

Kernel KernelParser::run() {
  kernel_.name = cursor_.take().text;
  scope_.open();
  parameters();
  while (!cursor_.is("{")) cursor_.take();  // .maxntid and the like
  body();
  resolve_labels();
  return std::move(kernel_);
}

void KernelParser::parameters() {
  if (!cursor_.accept("(")) return;
  while (!cursor_.accept(")")) {
    cursor_.expect(".param");
    const Variable v = read_variable(cursor_);
    const size_t offset = round_up(kernel_.parameter_bytes, v.align);
    kernel_.parameters.push_back({v.name, offset, v.bytes});
    kernel_.parameter_bytes = offset + v.bytes;
    scope_.declare(v.name, {.kind = Operand::Kind::Immediate, .bits = offset});
    cursor_.accept(",");
  }
}

void KernelParser::body() {
  cursor_.expect("{");
  const size_t outside = scope_.depth();
  scope_.open();
  while (scope_.depth() > outside) {
    if (cursor_.at_end()) throw Error(cursor_.line(), "kernel " + kernel_.name + " does not end");
    if (cursor_.accept("{"))
      scope_.open();
    else if (cursor_.accept("}"))
      scope_.close();
    else
      statement();
  }
}

void KernelParser::statement() {
  if (cursor_.peek(1).text == ":") {
    labels_[cursor_.take().text] = kernel_.code.size();
    cursor_.take();
  } else if (cursor_.peek().text.starts_with(".")) {
    directive(cursor_.take());
  } else {
    instruction();
  }
}

void KernelParser::directive(const Token& token) {
  if (token.text == ".reg") return registers();
  if (token.text == ".shared") return shared_variable();
  if (token.text == ".pragma" || token.text == ".loc") return cursor_.skip_past(";");
  throw Error(token.line, "directive " + token.text + " is not supported");
}

int KernelParser::declare_register(const std::string& name) {
  scope_.declare(name, {.kind = Operand::Kind::Register, .reg = kernel_.registers});
  return kernel_.registers++;
}

void KernelParser::registers() {
  cursor_.take();  // the type: each use says it again
  do {
    const std::string name = cursor_.take().text;
    if (cursor_.accept("<")) {
      const int64_t count = cursor_.integer();
      cursor_.expect(">");
      for (int64_t i = 0; i < count; i++) declare_register(name + std::to_string(i));
    } else {
      declare_register(name);
    }
  } while (cursor_.accept(","));
  cursor_.expect(";");
}

void KernelParser::shared_variable() {
  const Variable v = read_variable(cursor_);
  cursor_.expect(";");
  const size_t offset = round_up(kernel_.shared_bytes, v.align);
  scope_.declare(v.name, {.kind = Operand::Kind::Immediate, .bits = offset});
  kernel_.shared_bytes = offset + v.bytes;
}

void KernelParser::instruction() {
  Instruction in;
  in.line = cursor_.line();
  if (cursor_.accept("@")) {
    in.guard.negated = cursor_.accept("!");
    in.guard.reg = operand().reg;
  }
  in.opcode = cursor_.take().text;
  in.words = split_at_dots(in.opcode);
  while (!cursor_.accept(";")) {
    in.operands.push_back(operand());
    if (!cursor_.is(";") && !cursor_.accept("|")) cursor_.expect(",");
  }
  kernel_.code.push_back(std::move(in));
}

Operand KernelParser::operand() {
  if (cursor_.accept("[")) return address();
  if (cursor_.accept("{")) return vector();
  if (cursor_.accept("!")) {
    Operand result = operand();
    result.negated = true;
    return result;
  }
  Operand literal;
  if (cursor_.is("-")) {
    literal.bits = static_cast<uint64_t>(cursor_.integer());
    return literal;
  }
  const Token token = cursor_.take();
  if (parse_literal(token.text, literal.bits)) return literal;
  return name_operand(token);
}

Operand KernelParser::name_operand(const Token& token) {
  if (const Operand* known = scope_.find(token.text)) return *known;
  if (token.text.starts_with("$")) return {.kind = Operand::Kind::Label, .name = token.text};
  if (token.text.starts_with("%")) return {.kind = Operand::Kind::Special, .name = token.text};
  throw Error(token.line, "'" + token.text + "' was not declared");
}

// [register + offset], [variable + offset] or [offset]
Operand KernelParser::address() {
  Operand base = operand();
  Operand result{.kind = Operand::Kind::Address};
  if (base.kind == Operand::Kind::Register)
    result.reg = base.reg;
  else
    result.bits = base.bits;
  if (cursor_.is("+") || cursor_.is("-")) result.bits += static_cast<uint64_t>(cursor_.integer());
  cursor_.expect("]");
  return result;
}

Operand KernelParser::vector() {
  Operand result{.kind = Operand::Kind::Vector};
  do result.elements.push_back(operand());
  while (cursor_.accept(","));
  cursor_.expect("}");
  return result;
}

void KernelParser::resolve_labels() {
  for (Instruction& in : kernel_.code)
    for (Operand& operand : in.operands) {
      if (operand.kind != Operand::Kind::Label) continue;
      const auto target = labels_.find(operand.name);
      if (target == labels_.end()) throw Error(in.line, "no label " + operand.name);
      operand.bits = target->second;
    }
}

}  // namespace ptx
