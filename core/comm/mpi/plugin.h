/* SPDX-License-Identifier: Apache-2.0 */
// What libfovea_mpi.so gives: MPI as a few plain functions, so that programs start, and are built,
// without it. Those that can fail return null, or what went wrong, which holds until the next call.
// One thread at a time.
#pragma once

#include <cstddef>

extern "C" {

struct FoveaMpi {
  const char* (*start)(int* rank, int* size);  // MPI_Init_thread
  void (*stop)();                              // MPI_Finalize
  void (*abort)(int exit_code);                // MPI_Abort of all

  // Operations in progress, posted one after the other and then tested together.
  void* (*make_transfer)();
  void (*free_transfer)(void* transfer);
  const char* (*post_send)(void* transfer, const void* bytes, size_t count, int to, int tag);
  const char* (*post_receive)(void* transfer, void* bytes, size_t count, int from, int tag);
  // Whether all posted are done, of which there are none then; `peer`: else the other side of one
  // that is not.
  const char* (*test)(void* transfer, int* all_done, int* peer);
};

// The one symbol of the plugin, with the version of this interface.
const FoveaMpi* fovea_mpi_1();
}
