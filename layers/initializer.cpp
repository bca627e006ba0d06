// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/random.h>
#include <fovea/layers/initializer.h>

#include <cmath>

namespace fovea {

namespace {

// IEEE square root and division: exact on every machine.
float bound_of(const Initializer& initializer, Fan fan) {
  const auto in = static_cast<float>(fan.in), out = static_cast<float>(fan.out);
  switch (initializer.kind) {
    case Initializer::Kind::xavier:
      return std::sqrt(6.0f / (in + out));
    case Initializer::Kind::kaiming:
      return std::sqrt(2.0f / in);
    case Initializer::Kind::pytorch:
      return 1.0f / std::sqrt(in);
    default:
      return initializer.a;
  }
}

bool is_normal(Initializer::Kind kind) {
  return kind == Initializer::Kind::normal || kind == Initializer::Kind::kaiming;
}

}  // namespace

void initialize(const Initializer& initializer, Fan fan, uint64_t seed, uint32_t index,
                Tensor& values) {
  const RandomStream stream(seed, Purpose::initialization, index);
  const float scale = bound_of(initializer, fan);
  const auto out = values.span<float>();
  for (size_t i = 0; i < out.size(); i++) {
    if (initializer.kind == Initializer::Kind::constant) {
      out[i] = scale;
    } else if (is_normal(initializer.kind)) {
      out[i] = scale * normal(stream, i);
    } else {
      out[i] = scale * (2.0f * stream.uniform(i) - 1.0f);
    }
  }
}

}  // namespace fovea
