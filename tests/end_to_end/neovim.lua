-- Opens a file in Neovim with the language server as its client, and writes down what an author of the file would see.
local server, folder, name, output = unpack(vim.fn.split(vim.env.INCALL_TEST, "\n"))
local seen = {}

local function wait_for(what, condition)
  if not vim.wait(60000, condition, 20) then
    error("waited in vain for " .. what)
  end
end

local function codes(buffer)
  return vim.tbl_map(function(one) return one.code end, vim.diagnostic.get(buffer))
end

local function main()
  vim.cmd("edit " .. vim.fn.fnameescape(folder .. "/" .. name))
  local buffer = vim.api.nvim_get_current_buf()
  local client = vim.lsp.start_client({ cmd = { server, "lsp" }, root_dir = folder, name = "incall" })
  vim.lsp.buf_attach_client(buffer, client)
  wait_for("findings", function() return #vim.diagnostic.get(buffer) > 0 end)
  seen.findings = vim.diagnostic.get(buffer)

  -- Type a line before all others, as a person does: the findings move with the text.
  vim.api.nvim_buf_set_lines(buffer, 0, 0, true, { "# 🙏 नमस्ते" })
  local line = seen.findings[1].lnum
  wait_for("findings that have moved", function() return vim.diagnostic.get(buffer)[1].lnum == line + 1 end)

  local params = vim.lsp.util.make_range_params()
  params.range = { start = { line = 0, character = 0 }, ["end"] = { line = 99, character = 0 } }
  params.context = { diagnostics = {} }
  local answer = vim.lsp.buf_request_sync(buffer, "textDocument/codeAction", params, 60000)
  seen.titles = {}
  for _, action in ipairs(answer[client].result) do
    table.insert(seen.titles, action.title)
    if action.title:find("^Fix all") then
      if not action.edit then
        action = vim.lsp.buf_request_sync(buffer, "codeAction/resolve", action, 60000)[client].result
      end
      vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
    end
  end
  seen.text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), "\n") .. "\n"
  wait_for("findings after the fix", function() return not vim.tbl_contains(codes(buffer), "CAL604") end)
  seen.left = codes(buffer)

  local definition = vim.fn.search("async def", "w") - 1
  local place = { textDocument = params.textDocument, position = { line = definition, character = 12 } }
  seen.hover = vim.lsp.buf_request_sync(buffer, "textDocument/hover", place, 60000)[client].result.contents.value

  vim.lsp.stop_client(client)
  wait_for("the end of the server", function() return vim.lsp.client_is_stopped(client) end)
end

local is_well, fault = pcall(main)
seen.fault = not is_well and tostring(fault) or nil
vim.fn.writefile({ vim.fn.json_encode(seen) }, output)
vim.cmd("qall!")
