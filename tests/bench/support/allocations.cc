// SPDX-License-Identifier: Apache-2.0
//
// See allocations.h. The forms for arrays and sized deletion of the library call these.
#include "tests/bench/support/allocations.h"

#include <cstdlib>
#include <new>

namespace {

// A thread's own, as a shared counter would cost what it counts.
thread_local portcullis::bench::Allocations so_far;

void* Counted(void* memory, size_t size) {
  ++so_far.count;
  so_far.bytes += size;
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

}  // namespace

namespace portcullis::bench {

Allocations AllocationsSoFar() {
  return so_far;
}

}  // namespace portcullis::bench

// NOLINTBEGIN(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory): what new is made of.
void* operator new(size_t size) {
  return Counted(std::malloc(size == 0 ? 1 : size), size);
}

void* operator new(size_t size, std::align_val_t alignment) {
  const auto unit = static_cast<size_t>(alignment);
  return Counted(std::aligned_alloc(unit, (size + unit - 1) / unit * unit), size);
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, size_t /*size*/) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}

void operator delete(void* memory, size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
// NOLINTEND(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory)
