// The official Anthropic SDK for Node, unmodified, against a gateway in front of mocks of both vendors.
import assert from 'node:assert/strict'
import Anthropic from '@anthropic-ai/sdk'

const client = new Anthropic({ baseURL: process.env.YETT_URL, apiKey: process.env.YETT_KEY, maxRetries: 0, timeout: 20_000 })
const ask = (text) => [{ role: 'user', content: text }]
const tools = [{ name: 'get_weather', input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } }]
const create = (o) => client.messages.create({ max_tokens: 200, ...o })

const cases = {
  async whole(model) {
    const r = await create({ model, system: 'Be brief.', messages: ask('good morning') })
    assert.match(r.content[0].text, /good morning/)
    assert.equal(r.stop_reason, 'end_turn')
    assert.ok(r.usage.input_tokens > 0 && r.usage.output_tokens > 0 && r._request_id)
  },
  async streamed(model) {
    const final = await client.messages.stream({ model, max_tokens: 200, messages: ask('good evening') }).finalMessage()
    assert.match(final.content[0].text, /good evening/)
    assert.ok(final.usage.output_tokens > 0)
  },
  async tools(model) {
    const messages = ask('call the tool')
    const r = await create({ model, messages, tools })
    assert.equal(r.stop_reason, 'tool_use')
    const use = r.content.find((b) => b.type === 'tool_use')
    assert.ok('city' in use.input)
    messages.push({ role: 'assistant', content: r.content }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'sunny, 21 degrees' }] })
    assert.match((await create({ model, messages, tools })).content[0].text, /sunny, 21 degrees/)
  },
  async toolsStreamed(model) {
    const final = await client.messages.stream({ model, max_tokens: 200, messages: ask('call the tool'), tools }).finalMessage()
    assert.ok('city' in final.content.find((b) => b.type === 'tool_use').input)
  },
  async cut(model) {
    let text = ''
    await assert.rejects(async () => {
      for await (const e of await create({ model, messages: ask('[[mock chunks=60 cut=40]] talk'), stream: true })) {
        text += e.delta?.text ?? ''
      }
    }, Anthropic.APIError)
    assert.ok(text)
  },
  async errors(model) {
    await assert.rejects(create({ model: 'claude-9', messages: ask('x') }), (e) => e instanceof Anthropic.NotFoundError && !!e.requestID)
    await assert.rejects(client.withOptions({ apiKey: 'sk-nobody-knows-this-key' }).messages.create({ model, max_tokens: 9, messages: ask('x') }), Anthropic.AuthenticationError)
    await assert.rejects(create({ model, messages: 'x' }), Anthropic.BadRequestError)
    await assert.rejects(create({ model, messages: ask('[[mock status=429 retry-after=60]]') }), Anthropic.RateLimitError)
  },
}
for (const model of ['claude-mock', 'gpt-mock']) {
  for (const [name, run] of Object.entries(cases)) {
    await run(model)
    console.log('ok', name, model)
  }
}
assert.ok((await client.messages.countTokens({ model: 'claude-mock', messages: ask('one two') })).input_tokens > 0)
const ids = []
for await (const m of client.models.list()) ids.push(m.id)
assert.ok(ids.includes('claude-mock'), ids.join())
console.log('ok others')
