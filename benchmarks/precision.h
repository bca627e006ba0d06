// SPDX-License-Identifier: Apache-2.0
// The precision of products as an option of the benchmarks.
#pragma once

#include <fovea/core/context.h>

#include <CLI/CLI.hpp>

#include <map>
#include <string>

namespace fovea::bench {

inline void add_precision_option(CLI::App& app, Precision& precision) {
  const std::map<std::string, Precision> names{
      {"fp32", Precision::fp32}, {"tf32", Precision::tf32}, {"bf16", Precision::bf16}};
  app.add_option("--precision", precision, "of products: fp32, tf32 or bf16")
      ->transform(CLI::CheckedTransformer(names));
}

// fp32 is exact; the others exist only under fast numerics.
inline Numerics numerics_of(Precision precision) {
  return precision == Precision::fp32 ? Numerics::exact : Numerics::fast;
}

}  // namespace fovea::bench
