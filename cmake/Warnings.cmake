# portcullis_options: the warnings, hardening and sanitizers that every target of the project is built with.
add_library(portcullis_options INTERFACE)
target_include_directories(portcullis_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(portcullis_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wswitch-enum
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wsuggest-override>
  # GCC 12 takes the strings of moved variants, and what std::regex moves, for uninitialized, and
  # finds overlapping copies in std::string's operator+ (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-restrict>
  $<$<BOOL:${PORTCULLIS_WERROR}>:-Werror>
  -fstack-protector-strong)

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()
target_link_options(portcullis_options INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed)

if(PORTCULLIS_SANITIZE)
  set(flags -fsanitize=${PORTCULLIS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_compile_options(portcullis_options INTERFACE ${flags})
  target_link_options(portcullis_options INTERFACE ${flags})
else()
  target_compile_definitions(portcullis_options INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
endif()
