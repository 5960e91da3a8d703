"""Tables in, records out: sheets and CSV files, their headers, their cells, and all of their faults at once."""

from workload.tables.aliases import Aliases, aliases_of
from workload.tables.bookings import BookingMap, Bookings, import_bookings, read_booking_map
from workload.tables.read import read_center
from workload.tables.template import carried_over, write_template

__all__ = [
    "Aliases",
    "BookingMap",
    "Bookings",
    "aliases_of",
    "carried_over",
    "import_bookings",
    "read_booking_map",
    "read_center",
    "write_template",
]
