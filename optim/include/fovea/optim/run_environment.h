// SPDX-License-Identifier: Apache-2.0
// What a run was made with: program, machine, command line, data.
#pragma once

#include <fovea/core/context.h>
#include <fovea/data/batch_source.h>
#include <fovea/optim/run_folder.h>

#include <cstdint>
#include <string>

namespace FOVEA_API fovea {

// The present as a JSON object: version, commit, command, directory, time, system, cpu, memory,
// threads, instruction set, numerics; data: sizes and fingerprint of each source, either of which
// may be null.
std::string describe_environment(const Context& ctx, const BatchSource* train,
                                 const BatchSource* val);

// Writes it to env.json, with "from_step"; what an earlier part of a resumed run wrote there is
// kept in "earlier". Throws SystemError.
void write_environment(const RunFolder& folder, const std::string& environment, int64_t from_step);

}  // namespace fovea
