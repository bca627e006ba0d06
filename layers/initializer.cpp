// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/random.h>
#include <fovea/layers/initializer.h>

#include <algorithm>
#include <array>
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
  if (initializer.kind == Initializer::Kind::constant) {
    std::fill(out.begin(), out.end(), scale);
    return;
  }
  for (size_t i = 0; i < out.size(); i += 4) {
    std::array<float, 4> four;
    if (is_normal(initializer.kind)) {
      four = normal_block(stream, i / 4);
    } else {
      for (size_t k = 0; k < 4; k++) four[k] = 2.0f * stream.uniform(i + k) - 1.0f;
    }
    for (size_t k = 0; k < 4 && i + k < out.size(); k++) out[i + k] = scale * four[k];
  }
}

}  // namespace fovea
