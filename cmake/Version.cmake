# PORTCULLIS_VERSION: `git describe` of the tree that is built, or VERSION from outside (an image build without .git).
set(PORTCULLIS_VERSION "" CACHE STRING "Version to report; from git when empty")
if(PORTCULLIS_VERSION)
  set(portcullis_version ${PORTCULLIS_VERSION})
else()
  execute_process(COMMAND git describe --tags --always --dirty
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    OUTPUT_VARIABLE portcullis_version OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT portcullis_version)
  set(portcullis_version unknown)
endif()

# Of the commit; without git, of the build (SOURCE_DATE_EPOCH, where it is set).
execute_process(COMMAND git log -1 --format=%cs
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
  OUTPUT_VARIABLE portcullis_date OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT portcullis_date)
  string(TIMESTAMP portcullis_date "%Y-%m-%d" UTC)
endif()

# A commit makes another version: configure again, so that no build names the commit before.
set(portcullis_head ${CMAKE_SOURCE_DIR}/.git/logs/HEAD)
if(EXISTS ${portcullis_head})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${portcullis_head})
endif()
