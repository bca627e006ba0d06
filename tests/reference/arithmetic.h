// SPDX-License-Identifier: Apache-2.0
// The references are templates: of float they are the specified arithmetic (docs/numerics.md), of
// double the mathematics. These are the functions in which the two differ.
#pragma once

#include <fovea/core/math.h>

#include <cmath>

namespace fovea::reference {

inline float exp(float x) { return math::exp(x); }
inline double exp(double x) { return std::exp(x); }
inline float log(float x) { return math::log(x); }
inline double log(double x) { return std::log(x); }
inline float tanh(float x) { return math::tanh(x); }
inline double tanh(double x) { return std::tanh(x); }
inline float sigmoid(float x) { return math::sigmoid(x); }
inline double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
inline float negative_power(float s, float beta) { return math::negative_power(s, beta); }
inline double negative_power(double s, float beta) { return std::pow(s, -double{beta}); }

}  // namespace fovea::reference
