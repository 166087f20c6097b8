# portcullis_layer(NAME [PURE] SOURCES ... LINK ...)
#
# A static library of one layer. A PURE layer (values in, values out) may link only PURE layers: to link anything that
# does I/O into it is an error at configure time. What the linker cannot see (a forbidden #include) tests/lint/layers finds.
function(portcullis_layer name)
  cmake_parse_arguments(arg "PURE" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC portcullis_options ${arg_LINK})
  set_target_properties(${name} PROPERTIES PORTCULLIS_PURE "${arg_PURE}")
  if(arg_PURE)
    foreach(dependency IN LISTS arg_LINK)
      get_target_property(pure ${dependency} PORTCULLIS_PURE)
      if(NOT pure)
        message(FATAL_ERROR "${name} is a pure layer and must not link ${dependency}")
      endif()
    endforeach()
  endif()
endfunction()
