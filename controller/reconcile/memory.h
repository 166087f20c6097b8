// SPDX-License-Identifier: Apache-2.0
//
// How this process uses the C library's allocator: memory that is not needed any more goes back to
// the system, so that the resident size follows what is in use. Nothing depends on it but that.
#ifndef PORTCULLIS_CONTROLLER_RECONCILE_MEMORY_H_
#define PORTCULLIS_CONTROLLER_RECONCILE_MEMORY_H_

namespace portcullis {

/// REQUIRES: no other thread has been started.
void ConfigureAllocator();

/// Gives back what is free. Takes time with what is in use (1 ms per 10 MB or so): for when much
/// has been freed, as after a list.
void ReturnFreeMemory();

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_RECONCILE_MEMORY_H_
