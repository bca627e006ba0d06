// SPDX-License-Identifier: Apache-2.0
// The one source that includes MPI's header.
#include "comm/mpi/plugin.h"

#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr size_t kPiece = size_t{1} << 30;  // MPI counts with int

struct Transfer {
  std::vector<MPI_Request> requests;
  std::vector<int> peers;  // of each request
};

const char* error_text(int error) {
  static char text[MPI_MAX_ERROR_STRING + 1];
  if (error == MPI_SUCCESS) return nullptr;
  int length = 0;
  MPI_Error_string(error, text, &length);
  text[length] = '\0';
  return text;
}

// Open MPI would end the process itself then, with a page of text.
bool lacks_process_manager() {
#ifdef OPEN_MPI
  const auto has = [](const char* name) { return std::getenv(name) != nullptr; };
  return has("SLURM_STEP_NUM_TASKS") && !has("PMIX_RANK") && !has("PMI_RANK");
#else
  return false;
#endif
}

const char* start(int* rank, int* size) {
  int done = 0, provided = 0;
  if (lacks_process_manager()) return "srun has started it without PMIx; say srun --mpi=pmix";
  MPI_Finalized(&done);
  if (done) return "it has ended already, and cannot start again in this process";
  MPI_Initialized(&done);
  if (!done) {
    // One thread at a time, not always the same.
    if (const int error = MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided))
      return error_text(error);
  } else {
    MPI_Query_thread(&provided);
  }
  if (provided < MPI_THREAD_SERIALIZED)
    return "it cannot be used from several threads (MPI_THREAD_SERIALIZED)";
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  MPI_Comm_size(MPI_COMM_WORLD, size);
  return nullptr;
}

void stop() { MPI_Finalize(); }
void abort(int exit_code) { MPI_Abort(MPI_COMM_WORLD, exit_code); }

void* make_transfer() { return new Transfer; }
void free_transfer(void* transfer) { delete static_cast<Transfer*>(transfer); }

// post(at, count, request) for pieces that MPI can count.
template <class Post>
const char* post_pieces(void* transfer, size_t count, int peer, const Post& post) {
  auto& to = *static_cast<Transfer*>(transfer);
  for (size_t at = 0; at < count; at += kPiece) {
    MPI_Request request;
    if (const int error = post(at, static_cast<int>(std::min(kPiece, count - at)), &request))
      return error_text(error);
    to.requests.push_back(request);
    to.peers.push_back(peer);
  }
  return nullptr;
}

const char* post_send(void* transfer, const void* bytes, size_t count, int to, int tag) {
  return post_pieces(transfer, count, to, [&](size_t at, int n, MPI_Request* request) {
    return MPI_Isend(static_cast<const char*>(bytes) + at, n, MPI_BYTE, to, tag, MPI_COMM_WORLD,
                     request);
  });
}

const char* post_receive(void* transfer, void* bytes, size_t count, int from, int tag) {
  return post_pieces(transfer, count, from, [&](size_t at, int n, MPI_Request* request) {
    return MPI_Irecv(static_cast<char*>(bytes) + at, n, MPI_BYTE, from, tag, MPI_COMM_WORLD,
                     request);
  });
}

const char* test(void* transfer, int* all_done, int* peer) {
  auto& of = *static_cast<Transfer*>(transfer);
  *all_done = 1;
  for (size_t i = 0; i < of.requests.size(); i++) {
    if (of.requests[i] == MPI_REQUEST_NULL) continue;
    int done = 0;
    if (const int error = MPI_Test(&of.requests[i], &done, MPI_STATUS_IGNORE)) {
      *peer = of.peers[i];
      return error_text(error);
    }
    if (done || *all_done == 0) continue;
    *all_done = 0;
    *peer = of.peers[i];
  }
  if (*all_done) {
    of.requests.clear();
    of.peers.clear();
  }
  return nullptr;
}

}  // namespace

const FoveaMpi* fovea_mpi_1() {
  static constexpr FoveaMpi kMpi{start,         stop,      abort,        make_transfer,
                                 free_transfer, post_send, post_receive, test};
  return &kMpi;
}
