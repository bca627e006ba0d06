// SPDX-License-Identifier: Apache-2.0
#include "libraries/nccl/stream_work.h"

#include "execution/checker.h"
#include "libraries/report.h"
#include "runtime/error_state.h"

#include <algorithm>

namespace cuda_emulation::nccl {

namespace {

struct Work {
  CliquePtr clique;
  std::vector<Clique::Seat> seats;

  bool open() const {
    return std::all_of(seats.begin(), seats.end(),
                       [&](const Clique::Seat& seat) { return clique->open(seat); });
  }

  // Brings the other ranks to the meetings, as far as their work before is queued already.
  void demand() const {
    for (const Clique::Seat& seat : seats)
      for (const Point& arrival : clique->pending_arrivals(seat)) drain(arrival);
    clique->check_stalls();
    if (clique->error() != ncclSuccess) gates_changed();
  }

  void arrive() const {
    for (const Clique::Seat& seat : seats) clique->arrive(seat);
  }

  void run(int device) const {
    if (sticky_error(device) != cudaSuccess)
      clique->fail(ncclUnhandledCudaError, "nccl_device",
                   "device " + std::to_string(device) + " failed before its part of an NCCL call",
                   seats.front().meeting->members()[seats.front().member].call->caller);
    for (const Clique::Seat& seat : seats) {
      if (clique->error() != ncclSuccess) return;
      tell_checker(seat);
      seat.meeting->perform();
    }
  }

 private:
  // Each member's operation accounts for its own buffers, after the work of all members before.
  void tell_checker(const Clique::Seat& seat) const {
    if (!checker()) return;
    std::vector<Point> arrivals;
    for (const Meeting::Member& member : seat.meeting->members())
      if (!member.remote) arrivals.push_back(member.arrival);
    checker()->also_after(arrivals);
    const Call& call = *seat.meeting->members()[seat.member].call;
    note_read({name(call.kind), call.caller}, call.send, send_bytes(call, clique->ranks()));
    note_write({name(call.kind), call.caller}, call.receive, receive_bytes(call, clique->ranks()));
  }
};

std::shared_ptr<Work> seat_all(const std::vector<PendingCall>& calls) {
  auto work = std::make_shared<Work>();
  work->clique = calls.front().comm->clique;
  for (const PendingCall& pending : calls)
    work->seats.push_back(
        is_point_to_point(pending.call)
            ? work->clique->seat_point_to_point(pending.call)
            : work->clique->seat_collective(pending.comm->collectives++, pending.call));
  return work;
}

}  // namespace

// Two operations: the first one's turn says that the stream has come so far, the second waits for
// the others.
void put_into_stream(const std::vector<PendingCall>& calls) {
  const StreamPtr& stream = calls.front().stream;
  ncclComm& comm = *calls.front().comm;
  const std::shared_ptr<Work> work = seat_all(calls);
  Operation arrival;
  arrival.run = [work] { work->arrive(); };
  const uint64_t arrived = submit(stream, std::move(arrival));
  for (const Clique::Seat& seat : work->seats) work->clique->set_arrival(seat, {stream, arrived});

  Operation meeting;
  meeting.gate = [work] { return work->open(); };
  meeting.demand = [work] { work->demand(); };
  meeting.run = [work, device = comm.device] { work->run(device); };
  comm.work[stream] = submit(stream, std::move(meeting));
}

}  // namespace cuda_emulation::nccl
