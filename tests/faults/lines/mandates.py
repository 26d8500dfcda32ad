"""Entrustments."""

from tests.faults.lines.line import Line

ADDED = ("秦书", "mandate add 江南省应急管理厅 省级 江应急函〔2026〕12号 2026-01-01 2026-12-31 组织安全培训")
CHANGING = {
    "mandate add": Line(*ADDED),
    "mandate end": Line("秦书", "mandate end W-1 2026-10-08 收回", before=(ADDED,)),
}
READING = {
    "mandate list": Line("钱办", "mandate list", before=(ADDED,)),
    "mandate show": Line("钱办", "mandate show W-1", before=(ADDED,)),
}
