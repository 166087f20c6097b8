// SPDX-License-Identifier: Apache-2.0
//
// See memory.h.
#include "controller/reconcile/memory.h"

#include <malloc.h>

namespace portcullis {

void ConfigureAllocator() {
#ifdef __GLIBC__
  // By itself the threshold grows with the largest block that was freed, up to 32 MiB: from then on
  // the text of a list's page or a large transaction lies in the heap, under what is allocated
  // meanwhile. Fixed, such a block goes back to the system when it is freed: 23 MB resident instead
  // of 30 at 10,000 pods, 46 instead of 53 at 100,000. (A single arena for all threads saves
  // nothing more and has them wait for one another.) NOLINTBEGIN(concurrency-mt-unsafe): no threads
  // yet
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  // Fixed by that too, at a size that a page of a list passes; what it leaves ReturnFreeMemory()
  // gives back.
  mallopt(M_TRIM_THRESHOLD, 8 * 1024 * 1024);
  // NOLINTEND(concurrency-mt-unsafe)
#endif
}

void ReturnFreeMemory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace portcullis
