// SPDX-License-Identifier: Apache-2.0
//
// See memory.h.
#include "controller/memory.h"

#include <malloc.h>

namespace portcullis {

void ConfigureAllocator() {
#ifdef __GLIBC__
  // NOLINTBEGIN(concurrency-mt-unsafe): no threads yet
  // The watches' threads make objects and the reconciler's frees them. With an arena per thread
  // what one frees cannot serve another, and holes add up.
  mallopt(M_ARENA_MAX, 1);
  // Fixed: by itself the threshold grows with the largest block freed, up to 32 MiB, and a page of
  // a list or a large transaction would stay with the process for good.
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
  // NOLINTEND(concurrency-mt-unsafe)
#endif
}

void ReturnFreeMemory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace portcullis
