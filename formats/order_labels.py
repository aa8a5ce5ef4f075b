"""The words on a purchase order, in each language a vendor may get it in."""

from typing import Literal

Language = Literal["en", "zh"]

LABELS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "Purchase order",
        "order": "Order",
        "number": "Number",
        "issued": "Date",
        "needed_by": "Deliver by",
        "currency": "Currency",
        "buyer": "Buyer",
        "vendor": "Supplier",
        "vat_id": "VAT ID",
        "position": "No.",
        "description": "Description",
        "quantity": "Quantity",
        "unit": "Unit",
        "unit_price": "Unit price",
        "tax_rate": "VAT",
        "amount": "Amount",
        "net": "Total without VAT",
        "tax": "VAT {rate} % on {basis}",
        "gross": "Total with VAT",
        "terms": "Terms",
        "payment": "Payment within {days} days of receipt of a correct invoice, without deduction.",
        "reference": "Please state order number {number} on delivery notes and invoices; invoices without it are "
        "returned.",
        "invoice_to": "Please send invoices as UBL or as a structured e-invoice to {address}.",
    },
    "zh": {
        "title": "采购订单",
        "order": "订单",
        "number": "编号",
        "issued": "日期",
        "needed_by": "交货日期",
        "currency": "币种",
        "buyer": "采购方",
        "vendor": "供应商",
        "vat_id": "税号",
        "position": "序号",
        "description": "品名",
        "quantity": "数量",
        "unit": "单位",
        "unit_price": "单价",
        "tax_rate": "税率",
        "amount": "金额",
        "net": "不含税合计",
        "tax": "增值税 {rate}%(计税金额 {basis})",
        "gross": "含税总计",
        "terms": "条款",
        "payment": "收到正确发票后 {days} 天内全额付款。",
        "reference": "请在送货单和发票上注明订单编号 {number},未注明的发票将被退回。",
        "invoice_to": "请将 UBL 格式或结构化电子发票发送至 {address}。",
    },
}

UNITS: dict[str, dict[Language, str]] = {
    "C62": {"en": "pcs", "zh": "件"},
    "H87": {"en": "pcs", "zh": "件"},
    "EA": {"en": "each", "zh": "个"},
    "HUR": {"en": "h", "zh": "小时"},
    "DAY": {"en": "days", "zh": "天"},
    "MON": {"en": "months", "zh": "月"},
    "KGM": {"en": "kg", "zh": "千克"},
    "MTR": {"en": "m", "zh": "米"},
    "LTR": {"en": "l", "zh": "升"},
}
"""Common codes of UN/ECE Recommendation 20; any other code is printed as it is."""
