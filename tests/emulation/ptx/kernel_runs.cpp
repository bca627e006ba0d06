// SPDX-License-Identifier: Apache-2.0
#include "kernel_runs.h"

#include "emulation/support/device_array.h"
#include "interpreter/parser.h"

#include <cstdlib>

namespace {

ptx::Memory::Buffer buffer(Words& words) {
  return {reinterpret_cast<std::byte*>(words.data()), 4 * words.size()};
}

}  // namespace

Words run_emulated(WrapperKernel* kernel, const Words& in, size_t outputs, int scalar,
                   Shape shape) {
  const DeviceArray<uint32_t> device_in(in), device_out(Words(outputs, 0));
  require(cuda_portable::launch(kernel, shape.blocks, shape.threads, 0, nullptr, device_in.get(),
                                device_out.get(), scalar));
  return device_out.host();
}

Words run_interpreted(const ptx::Kernel& kernel, Words in, size_t outputs, int scalar,
                      Shape shape) {
  Words out(outputs);
  ptx::run(kernel,
           {.grid = {shape.blocks, 1, 1},
            .block = {shape.threads, 1, 1},
            .parameters = ptx::Arguments().add(in.data()).add(out.data()).add(scalar).bytes(),
            .buffers = {buffer(in), buffer(out)}});
  return out;
}

ptx::Module read_ptx(const std::string& name) {
  const char* regenerated = std::getenv("FOVEA_PTX_FOLDER");
  return ptx::parse_file((regenerated ? regenerated : FOVEA_PTX_FOLDER) + ("/" + name));
}
