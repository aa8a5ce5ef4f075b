// The preview: what stands in the chosen file, read by the page itself before anything is sent.
const form = document.forms[0]
const within = (element, name) => [...element.getElementsByTagNameNS('*', name)]
const text = (element, ...path) => {
  for (const name of path) element = element && within(element, name)[0]
  return element ? element.textContent.trim() : ''
}
const grouped = iban => iban.replace(/(.{4})(?=.)/g, '$1 ')
const amount = value => Number(value).toLocaleString('de-DE', {minimumFractionDigits: 2}) + ' EUR'
const day = value => value.split('-').reverse().join('.')

function show(file) {
  const header = within(file, 'GrpHdr')[0], instruction = within(file, 'PmtInf')[0]
  const fields = {
    nachricht: text(header, 'MsgId'),
    konto: grouped(text(instruction, 'DbtrAcct', 'IBAN')),
    datum: day(text(instruction, 'ReqdExctnDt')),
    anzahl: text(header, 'NbOfTxs'),
    summe: amount(text(header, 'CtrlSum')),
  }
  for (const [name, value] of Object.entries(fields)) {
    document.querySelector(`[data-feld=${name}]`).textContent = value
  }
  document.querySelector('#vorschau .liste tbody').replaceChildren(...within(file, 'CdtTrfTxInf').map(row))
  document.querySelector('#vorschau').hidden = false
}

function row(transfer, index) {
  const cells = [
    String(index + 1),
    text(transfer, 'Cdtr', 'Nm'),
    grouped(form.dataset.ersatz || text(transfer, 'CdtrAcct', 'IBAN')),
    amount(text(transfer, 'InstdAmt')),
    text(transfer, 'EndToEndId'),
    text(transfer, 'Ustrd'),
  ]
  const line = document.createElement('tr')
  line.append(...cells.map(value => Object.assign(document.createElement('td'), {textContent: value})))
  return line
}

form.datei.addEventListener('change', async () => {
  const [file] = form.datei.files
  if (file) show(new DOMParser().parseFromString(await file.text(), 'application/xml'))
})
